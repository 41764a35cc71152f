// npm run sbom [-- FOLDER]: writes the bills of materials of the packages and of the services, into .local/sbom or another folder.
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { preparePython } from "../python.mjs";
import { root } from "../workspaces.mjs";
import { writeDocuments } from "./documents.mjs";
import { reportUserErrors } from "./failure.mjs";

const [folder = path.join(root, ".local", "sbom")] = process.argv.slice(2);
const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));

await reportUserErrors(async () => {
    mkdirSync(folder, { recursive: true });
    const interpreter = await preparePython(root, (message) => console.error(message));
    for (const file of await writeDocuments(path.resolve(folder), version, interpreter)) {
        console.log(path.relative(process.cwd(), file));
    }
});
