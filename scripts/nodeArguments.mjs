/** The condition of package.json "exports" under which a package of this repository is its sources instead of what a build makes of them. */
export const sourceCondition = "@spot-messaging/source";

/** What Node.js is started with to run the TypeScript of this repository as it is: it strips the types by itself. */
export const nodeArguments = [`--conditions=${sourceCondition}`, "--disable-warning=ExperimentalWarning"];
