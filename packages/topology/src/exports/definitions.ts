export { conflictLine } from "../definitions/conflictMarker.ts";
export { type InputProblem, inputRules } from "../definitions/inputProblem.ts";
export {
    documentOf,
    type JsonDocument,
    type JsonPath,
    JsonSyntaxError,
    parseJson,
} from "../definitions/jsonDocument.ts";
export { type JsonObject } from "../definitions/objectReader.ts";
export { parseDefinitions } from "../definitions/parseDefinitions.ts";
export { type ParsedTopology } from "../definitions/parsedTopology.ts";
export { parseTopology, readTopology } from "../definitions/parseTopology.ts";
export { isSnapshot, parseSnapshot } from "../definitions/snapshot.ts";
