export { type Adoption, type AdoptOptions, adopt } from "../adopt/adoption.ts";
export { type PropertiesKeys } from "../adopt/importFile.ts";
export { type LeftOut } from "../adopt/leftOut.ts";
export { type ProgramFile } from "../adopt/programFile.ts";
export { type ProjectOptions } from "../adopt/projectFiles.ts";
