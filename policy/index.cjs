// The engine loads a policy pack with require, so this file cannot be an ES module like all others; it only loads main.ts.
const { pathToFileURL } = require("node:url");

// The policy SDK reads the pack's version from the package.json of the working folder.
process.chdir(__dirname);

module.exports = async () => {
    const { tsImport } = await import("tsx/esm/api");
    await tsImport("./main.ts", pathToFileURL(__filename).href);
};
