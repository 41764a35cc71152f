export { type ArchiveFile, packFiles, sendFolder } from "../images/archive.ts";
export { type BrokerImage, ensureBrokerImage } from "../images/brokerImage.ts";
export { type Command, lastOutputLines, runCommand } from "../images/command.ts";
export { connectContainerEngine } from "../images/containerEngine.ts";
export {
    type DebianImage,
    debianImageProblem,
    importDebianImage,
    originLabel,
} from "../images/debianImage.ts";
export { engineReason, followProgress, type ProgressLine } from "../images/engineProgress.ts";
export { type Host, installPackages } from "../images/host.ts";
export { localFolder } from "../images/localFolder.ts";
export { hasImage, removeOldImages } from "../images/localImage.ts";
export { withLock } from "../images/lock.ts";
export { type PullOutcome, pullImage } from "../images/pullImage.ts";
export { type Report } from "../images/report.ts";
