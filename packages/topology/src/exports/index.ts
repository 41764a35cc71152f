export { compile, deadLetterQueueOf } from "../compile/index.ts";
export * from "../declare/declaration.ts";
export * from "../model/index.ts";
