import { appendFileSync } from "node:fs";
import { afterAll, beforeAll, it, expect } from "vitest";
import { type Site, startSite } from "./support/site.ts";
import { Traffic } from "./support/traffic.ts";
import { setTimeout as sleep } from "node:timers/promises";
let site: Site;
const log = (m: unknown) => appendFileSync("/tmp/proto.log", `${new Date().toISOString().slice(11,19)} ${typeof m === "string" ? m : JSON.stringify(m)}\n`);
beforeAll(async () => {
    site = await startSite({ nodes: 3, seed: 1, report: log, onEvent: (e) => { if (e.kind !== "registered" && e.kind !== "waiting") log(`${e.kind} ${e.type} ${e.name} ${e.detail ?? ""}`); } });
    log(site.times);
});
afterAll(async () => { if (process.env["KEEP"] === undefined) await site?.stop(); });
it("works", async () => {
    const t = await Traffic.create({ entrances: site.entrances, token: site.token, deliveries: site.sink.deliveries, seed: 3 });
    const o = await t.during(2, async () => { await sleep(20_000); });
    log({ ...o, accepted: o.accepted.length });
    expect(o.lost).toEqual([]);
});
