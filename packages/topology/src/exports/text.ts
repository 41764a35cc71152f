export { groupBy, groupLookup } from "../lookup/groups.ts";
export { named } from "../lookup/named.ts";
export { redactText, redactValue } from "../text/redaction.ts";
