import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
    compile,
    consume,
    declare,
    publish,
    service,
    type Topology,
    topic,
    work,
} from "@spot-messaging/topology";
import { expect, it } from "vitest";
import { plain } from "../../../packages/cli/src/render/paint.ts";
import { reviewProject } from "../../../packages/cli/tests/review/reviewProject.ts";
import { topology } from "../../../packages/cli/tests/topologyRun.ts";
import { projectRoot } from "../../../src/cli/project.ts";
import { devTopology } from "../environments.ts";
import { emailWay } from "./emailWay.ts";
import { withPart } from "./withPart.ts";

const file = join(projectRoot, "README.md");

/** The topology of "Declare your own topology", with the routing key of its binding. */
function shop(key: string): Topology {
    const exchanges = [topic("shop.events")];
    const queues = [work("orders", { from: "shop.events", key })];
    const services = [
        service("till", { publishes: [publish("order", { to: "shop.events", key: "order.new" })] }),
        service("billing", { consumes: [consume("orders", { message: "order" })], inspects: ["orders.dlq"] }),
    ];
    return compile(declare({ vhost: "shop", exchanges, queues, services }), "4.3");
}

/** What the command prints about a binding key with one letter more, as far as a person has to read it. */
async function sampleReview(): Promise<string> {
    const project = reviewProject();
    try {
        project.snapshot("dev", shop("order.*"));
        project.commit();
        project.snapshot("dev", shop("orders.*"));
        const { exitCode, output } = await topology(["review", "--base", "main"], {
            page: { paint: plain, width: 80 },
        });
        expect(exitCode).toBe(1);
        return `$ npx topology review --base main\n${output.slice(0, output.indexOf("\nto approve"))}`;
    } finally {
        project.remove();
    }
}

it("shows on the first page the way of an email, and a real review", async () => {
    const page = readFileSync(file, "utf8");
    const drawn = withPart(page, "picture", "mermaid", emailWay(devTopology("4.3")));
    await expect(withPart(drawn, "review", "", await sampleReview())).toMatchFileSnapshot(file);
});
