export { type DefinitionsList } from "../definitions/definitionsFields.ts";
export {
    type ArgumentInputs,
    argumentInputs,
    bindingArgumentsJson,
    brokerArguments,
    hasOneForm,
    queueArgumentsJson,
    twoForms,
} from "../provider/brokerArguments.ts";
export { type DeclaredObject, declaredObjects, defaultVhost, readKeys } from "../provider/declaredObject.ts";
export { definitionValue } from "../provider/definitionValue.ts";
export { type LogicalName } from "../provider/logicalName.ts";
export {
    type LogicalNames,
    logicalNames,
    type NamedObject,
    type UserRecords,
} from "../provider/logicalNames.ts";
export {
    type DeclarablePart,
    declarablePart,
    type Undeclarable,
    undeclarable,
} from "../provider/undeclarable.ts";
