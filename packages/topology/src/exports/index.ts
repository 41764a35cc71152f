export { compile } from "../compile/index.ts";
export { type BrokerObjects, withObjects } from "../compile/withObjects.ts";
export * from "../declare/declaration.ts";
export { DeclarationError } from "../declare/declarationError.ts";
export * from "../declare/declarationInput.ts";
export { declare } from "../declare/declare.ts";
export * from "../declare/exchanges.ts";
export * from "../declare/queueDeclaration.ts";
export * from "../declare/queueInput.ts";
export * from "../declare/queues.ts";
export * from "../declare/services.ts";
// This export is the constructor of the input; the model's `service` makes a service in full.
export { service } from "../declare/services.ts";
export * from "../model/index.ts";
