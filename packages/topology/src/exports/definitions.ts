export { type Component, isComponent } from "../definitions/component.ts";
export { conflictLine } from "../definitions/conflictMarker.ts";
export { type Digest, type HashAlgorithm } from "../definitions/credentials.ts";
export {
    type DefinitionsDifference,
    differencesOf,
    type PortableDefinitions,
    portableDefinitions,
} from "../definitions/definitionsDifference.ts";
export { OtherFormatError } from "../definitions/formats/otherFormatError.ts";
export { type OtherFormat, otherBytes } from "../definitions/formats/otherText.ts";
export { type DocumentOptions, readDocument } from "../definitions/formats/readDocument.ts";
export {
    type InputProblem,
    type InputRule,
    type InputRuleId,
    inputRules,
} from "../definitions/inputProblem.ts";
export {
    documentOf,
    type JsonDocument,
    type JsonPath,
    JsonSyntaxError,
    type Position,
    parseJson,
} from "../definitions/jsonDocument.ts";
export { type JsonObject } from "../definitions/objectReader.ts";
export { type Origins } from "../definitions/origins.ts";
export { type DefinitionsOptions, parseDefinitions } from "../definitions/parseDefinitions.ts";
export { type ParsedTopology } from "../definitions/parsedTopology.ts";
export { parseTopology, readTopology } from "../definitions/parseTopology.ts";
export { isSnapshot, parseSnapshot, type Snapshot } from "../definitions/snapshot.ts";
export { type ImportVerdict, importVerdict } from "../import/importVerdict.ts";
