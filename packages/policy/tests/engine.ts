import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type * as Grpc from "@grpc/grpc-js";
import type { AnalyzerClient } from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import type * as Proto from "@pulumi/pulumi/proto/analyzer_pb.js";
import type * as StructProto from "google-protobuf/google/protobuf/struct_pb.js";
import type { StackResource } from "../src/declaredTopology.ts";

const folder = fileURLToPath(new URL("..", import.meta.url));
const load = createRequire(import.meta.url);
// The engine's protocol by the SDK's own packages: a message of another copy would not be one to it.
const sdk = createRequire(load.resolve("@pulumi/pulumi"));
const grpc = sdk("@grpc/grpc-js") as typeof Grpc;
const service = sdk("@pulumi/pulumi/proto/analyzer_grpc_pb") as {
    readonly AnalyzerClient: typeof AnalyzerClient;
};
const proto = sdk("@pulumi/pulumi/proto/analyzer_pb") as typeof Proto;
const { Struct } = sdk("google-protobuf/google/protobuf/struct_pb") as typeof StructProto;

/** What the engine shows of a violation. */
export interface Shown {
    readonly policy: string;
    readonly level: "advisory" | "mandatory";
    readonly message: string;
    readonly urn: string;
}

/** The pack, run as the engine runs it, by the SDK's own launcher. */
export interface RunningPack {
    readonly configure: (policy: string, config: Readonly<Record<string, string>>) => Promise<void>;
    /** Hands over what the program gave a resource. */
    readonly analyze: (resource: StackResource) => Promise<readonly Shown[]>;
    /** Hands over what the providers made of all resources. */
    readonly analyzeStack: (resources: readonly StackResource[]) => Promise<readonly Shown[]>;
    readonly stop: () => Promise<void>;
}

export async function runPack(): Promise<RunningPack> {
    const launcher = load.resolve("@pulumi/pulumi/cmd/run-policy-pack");
    const child = spawn(process.execPath, [launcher, "127.0.0.1:1", folder], {
        cwd: fileURLToPath(new URL("../../..", import.meta.url)),
        env: { ...process.env, PULUMI_NODEJS_STACK: "dev", PULUMI_NODEJS_PROJECT: "shop" },
        stdio: ["ignore", "pipe", "inherit"],
    });
    const ended = once(child, "exit");
    const port = await Promise.race([
        once(createInterface(child.stdout), "line").then(([line]) => String(line)),
        ended.then(([code]) => Promise.reject(new Error(`the pack ended with ${String(code)}`))),
    ]);
    const client = new service.AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    return {
        configure: async (policy, config) => {
            const request = new proto.ConfigureAnalyzerRequest();
            const own = new proto.PolicyConfig();
            own.setProperties(Struct.fromJavaScript(config));
            own.setEnforcementlevel(proto.EnforcementLevel.MANDATORY);
            request.getPolicyconfigMap().set(policy, own);
            await answered((done) => client.configure(request, done));
        },
        analyze: async (resource) => {
            const request = filled(new proto.AnalyzeRequest(), resource);
            return shown(await answered((done) => client.analyze(request, done)));
        },
        analyzeStack: async (resources) => {
            const request = new proto.AnalyzeStackRequest();
            request.setResourcesList(resources.map((each) => filled(new proto.AnalyzerResource(), each)));
            return shown(await answered((done) => client.analyzeStack(request, done)));
        },
        stop: async () => {
            client.close();
            child.kill();
            await ended;
        },
    };
}

function filled<T extends Proto.AnalyzeRequest | Proto.AnalyzerResource>(
    message: T,
    { type, name, urn, props }: StackResource,
): T {
    message.setType(type);
    message.setName(name);
    message.setUrn(urn);
    message.setOptions(new proto.AnalyzerResourceOptions());
    message.setProperties(Struct.fromJavaScript(plainOf(props)));
    return message;
}

function shown(response: Proto.AnalyzeResponse): readonly Shown[] {
    return response.getDiagnosticsList().map((each) => ({
        policy: each.getPolicyname(),
        level: each.getEnforcementlevel() === proto.EnforcementLevel.MANDATORY ? "mandatory" : "advisory",
        message: each.getMessage(),
        urn: each.getUrn(),
    }));
}

/** As it travels: without the fields that have no value. */
function plainOf(props: StackResource["props"]): Readonly<Record<string, StructProto.JavaScriptValue>> {
    return JSON.parse(JSON.stringify(props)) as Record<string, StructProto.JavaScriptValue>; // what JSON holds
}

async function answered<T>(
    ask: (done: (error: Grpc.ServiceError | null, answer: T) => void) => void,
): Promise<T> {
    return await new Promise((resolve, reject) => {
        ask((error, answer) => {
            if (error === null) {
                resolve(answer);
            } else {
                reject(error);
            }
        });
    });
}
