export { groupBy, groupLookup } from "../lookup/groups.ts";
export { named } from "../lookup/named.ts";
export { bindingText } from "../text/bindingText.ts";
export { compareText, quoted, quotedFirst, shellWord, suggestName } from "../text/names.ts";
export { redactText, redactValue } from "../text/redaction.ts";
export { describeValue } from "../text/shown.ts";
export { counted, formatCount, shortened } from "../text/units.ts";
