export { renderSvg } from "../render/graph/svg.ts";
export { renderChangedSvg } from "../render/report/picture.ts";
