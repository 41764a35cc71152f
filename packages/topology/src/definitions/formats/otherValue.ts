import { redactText } from "../../text/redaction.ts";
import { definitionsFields } from "../definitionsFields.ts";
import { isObject, type JsonObject } from "../objectReader.ts";
import { exportWayOut, type OtherFormat } from "./otherText.ts";

interface ValueFormat {
    readonly what: string | ((value: JsonObject) => string);
    readonly wayOut?: string;
    readonly found: (value: JsonObject) => boolean;
}

const deploy = "deploy it, then read the broker: --definitions https://user@host:15671, or its export";

function has(...keys: readonly string[]): ValueFormat["found"] {
    return (value) => keys.every((key) => key in value);
}

function hasObject(key: string): ValueFormat["found"] {
    return (value) => isObject(value[key]);
}

function text(value: unknown): string {
    return typeof value === "string" ? value : "";
}

/** The kinds of the topology operator and of the cluster operator, and any other kind of Kubernetes. */
function manifestName({ apiVersion, kind, metadata }: JsonObject): string {
    const name = isObject(metadata) && typeof metadata["name"] === "string" ? ` "${metadata["name"]}"` : "";
    const of = !text(apiVersion).startsWith("rabbitmq.com/")
        ? "a Kubernetes manifest"
        : kind === "RabbitmqCluster"
          ? "a manifest of the RabbitMQ cluster operator"
          : "a manifest of the RabbitMQ messaging topology operator";
    return `${of} (${text(kind)}${name})`;
}

/** Keys that values of Helm charts for RabbitMQ have, and definitions do not. */
const helmKeys = [
    "auth",
    "extraConfiguration",
    "extraPlugins",
    "extraSecrets",
    "fullnameOverride",
    "image",
    "ingress",
    "livenessProbe",
    "loadDefinition",
    "metrics",
    "nameOverride",
    "nodeSelector",
    "persistence",
    "plugins",
    "rabbitmq",
    "rabbitmqCluster",
    "replicaCount",
    "resources",
    "service",
    "serviceAccount",
    "tolerations",
];

/** Objects that are not definitions. The first one that fits is named. */
const objectFormats: readonly ValueFormat[] = [
    {
        what: manifestName,
        wayOut: deploy,
        found: (value) => typeof value["kind"] === "string" && typeof value["apiVersion"] === "string",
    },
    {
        what: "a Terraform plan",
        wayOut: deploy,
        found: (value) =>
            "format_version" in value && ["planned_values", "resource_changes"].some((key) => key in value),
    },
    {
        what: "a Terraform state",
        wayOut: deploy,
        found: (value) => "terraform_version" in value,
    },
    {
        what: "a Pulumi stack export",
        wayOut: "check the program: topology check --stack NAME; or read the broker that it declares",
        found: (value) => "version" in value && isObject(value["deployment"]),
    },
    {
        what: "a preview of Pulumi",
        wayOut: "give it to topology review --preview, or check the program: topology check --stack NAME",
        found: (value) =>
            Array.isArray(value["steps"]) || "changeSummary" in value || "resourcePreEvent" in value,
    },
    {
        what: "a Pulumi program or stack file",
        wayOut: "check the program: topology check --stack NAME",
        found: (value) =>
            ("runtime" in value && "name" in value) ||
            (isObject(value["config"]) && Object.keys(value).length <= 3),
    },
    {
        what: ({ error, reason }) =>
            `an error answer of the management API (${redactText(
                [text(error), text(reason)].filter((each) => each !== "").join(": "),
            ).slice(0, 80)})`,
        wayOut: "repeat the request with a user that has the tag administrator",
        found: (value) => "error" in value && Object.keys(value).length <= 3,
    },
    {
        what: "the answer of GET /api/overview",
        wayOut: "request GET /api/definitions",
        found: (value) =>
            "management_version" in value || ("object_totals" in value && "queue_totals" in value),
    },
    {
        what: "a page of a list of the management API",
        wayOut: "request GET /api/definitions",
        found: has("items", "page_count"),
    },
    { what: "encrypted with SOPS", wayOut: "decrypt it: sops decrypt", found: hasObject("sops") },
    { what: "an AsyncAPI document", wayOut: exportWayOut, found: has("asyncapi") },
    {
        what: "an OpenAPI document",
        wayOut: exportWayOut,
        found: (value) => "openapi" in value || "swagger" in value,
    },
    { what: "a SARIF report", wayOut: "give the file that was checked", found: has("runs", "version") },
    {
        what: "a report of topology check",
        wayOut: "give the file that was checked",
        found: (value) => Array.isArray(value["findings"]),
    },
    { what: "a Grafana dashboard", wayOut: exportWayOut, found: has("panels") },
    {
        what: "a Docker Compose file",
        wayOut: "give the file that a service mounts as definitions",
        found: (value) => isObject(value["services"]) && Object.values(value["services"]).every(isObject),
    },
    {
        what: "a package.json",
        wayOut: exportWayOut,
        found: (value) =>
            "name" in value &&
            ["dependencies", "devDependencies", "scripts"].some((key) => isObject(value[key])),
    },
    { what: "a Rascal configuration", wayOut: deploy, found: hasObject("vhosts") },
    {
        what: "an application's configuration",
        wayOut: exportWayOut,
        found: (value) =>
            hasObject("spring")(value) ||
            hasObject("Logging")(value) ||
            hasObject("ConnectionStrings")(value),
    },
    {
        what: "a Helm chart",
        wayOut: "give the definitions that it deploys: helm template",
        found: (value) => "apiVersion" in value && "name" in value && "version" in value,
    },
    {
        what: "values of a Helm chart",
        wayOut: "give the definitions that the chart deploys: helm template, then the Secret or ConfigMap with the definitions",
        found: (value) =>
            helmKeys.filter((key) => key in value).length >= 2 ||
            ("auth" in value && isObject(value["auth"])),
    },
    {
        what: "one object",
        wayOut: 'put it into a list, such as {"queues": [...]}',
        found: (value) =>
            "durable" in value ||
            "apply-to" in value ||
            "pattern" in value ||
            ("source" in value && "destination" in value),
    },
];

/** The lists of the management API, by a field that only their elements have. */
const apiLists: readonly (readonly [string, readonly string[]])[] = [
    ["GET /api/queues", ["vhost", "messages"]],
    ["GET /api/queues", ["vhost", "consumers"]],
    ["GET /api/bindings", ["source", "destination", "routing_key"]],
    ["GET /api/exchanges", ["vhost", "type", "internal"]],
    ["GET /api/policies", ["pattern", "definition"]],
    ["GET /api/permissions", ["configure", "write", "read"]],
    ["GET /api/users", ["name", "password_hash"]],
    ["GET /api/users", ["name", "tags", "hashing_algorithm"]],
    ["GET /api/nodes", ["name", "running"]],
    ["GET /api/parameters", ["component", "value"]],
    ["GET /api/consumers", ["consumer_tag"]],
    ["GET /api/channels", ["connection_details"]],
    ["GET /api/connections", ["peer_host"]],
    ["GET /api/vhosts", ["name", "cluster_state"]],
    ["GET /api/queues", ["vhost", "durable", "auto_delete"]],
];

/** What a value of JSON or YAML is that has no definitions; `undefined` if it is not known. */
export function otherValue(value: unknown): OtherFormat | undefined {
    if (Array.isArray(value)) {
        return otherList(value);
    }
    if (!isObject(value) || Object.keys(definitionsFields).some((key) => Array.isArray(value[key]))) {
        return undefined;
    }
    const format = objectFormats.find(({ found }) => found(value));
    if (format === undefined) {
        return undefined;
    }
    const { what, wayOut = exportWayOut } = format;
    return { what: typeof what === "string" ? what : what(value), wayOut };
}

function otherList(value: readonly unknown[]): OtherFormat | undefined {
    const [first] = value;
    if (!isObject(first)) {
        return value.length === 0 ? undefined : { what: "a list", wayOut: exportWayOut };
    }
    const request = apiLists.find(([, fields]) => fields.every((each) => each in first))?.[0];
    return request === undefined
        ? otherValue(first) === undefined
            ? undefined
            : { what: `a list of ${otherValue(first)?.what ?? ""}`, wayOut: exportWayOut }
        : { what: `the answer of ${request}`, wayOut: "request GET /api/definitions, which has all lists" };
}
