// The engine loads a policy pack with require, so this file cannot be an ES module like all others; it only loads the pack.
const { existsSync } = require("node:fs");
const { registerHooks } = require("node:module");
const { join } = require("node:path");

// The policy SDK reads the pack's version from the package.json of the working folder.
process.chdir(__dirname);

if (existsSync(join(__dirname, "src"))) {
    // In its repository the pack runs as it is written; the published package has no sources.
    registerHooks({
        resolve: (name, context, next) =>
            next(name, { ...context, conditions: ["@spot-messaging/source", ...context.conditions] }),
    });
}

module.exports = () => import("@spot-messaging/policy/pack");
