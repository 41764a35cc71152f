export { checkSnapshots, writeSnapshots } from "../commands/snapshot.ts";
