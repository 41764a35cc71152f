import { describe, expect, it } from "vitest";
import { sampleTopology } from "../../../../tests/support/sampleTopology.ts";
import { check } from "../../src/checks/index.ts";
import { documentLocator, inputFinding } from "../../src/checks/report/locator.ts";
import type { Locator } from "../../src/checks/report/reportedFinding.ts";
import { parseTopology } from "../../src/definitions/parseTopology.ts";
import { renderSnapshot } from "../../src/definitions/snapshot.ts";

const text = `{
  "rabbit_version": "4.3.1",
  "vhosts": [{"name": "v"}],
  "users": [
    {"name": "u", "tags": []}],
  "permissions": [
    {"user": "u", "vhost": "v", "configure": "", "write": "", "read": ""}],
  "topic_permissions": [
    {"user": "u", "vhost": "v", "exchange": "e", "write": "", "read": ""}],
  "exchanges": [
    {"name": "e", "vhost": "v", "type": "topic"}],
  "queues": [
    {"name": "a \\"b\\"", "vhost": "v", "type": "quorum",
     "arguments": {
       "x-message-ttl": 6e4,
       "x-quorum-target-group-size": 3}}],
  "bindings": [
    {"source": "e", "vhost": "v", "destination": "q", "destination_type": "queue", "routing_key": "k"}],
  "policies": [
    {"name": "p", "vhost": "v", "pattern": "", "definition": {
       "expires": 5}}],
  "parameters": [
    {"component": "operator_policy", "name": "p", "vhost": "v", "value": {"pattern": "", "definition": {
       "max-length": 5}}}]
}`;

function locatorOf(source: string): Locator {
    const { document, ...parsed } = parseTopology(source);
    return documentLocator(parsed, document, "f.json");
}

describe("the line of a finding", () => {
    const locate = locatorOf(text);
    const lineOf = (place: string, message = "is wrong"): number | undefined =>
        locate({ rule: "r", severity: "error", place, message, fix: "" })?.line;

    it.each([
        ['virtual host "v"', 3],
        ['user "u"', 5],
        ['vhost "v": permission "u"', 7],
        ['vhost "v": topic permission "u"', 9],
        ['vhost "v": exchange "e"', 11],
        ['exchange "e"', 11],
        ['vhost "v": queue "a "b""', 13],
        ['vhost "v": queue "a "b"": argument "x"', 13],
        ['vhost "v": binding "e -> q (k)"', 18],
        ['vhost "v": policy "p"', 20],
        ['vhost "v": operator policy "p"', 23],
    ])("is that of its object: %s", (place, line) => {
        expect(lineOf(place)).toBe(line);
    });

    it.each([
        ['vhost "v": queue "a "b""', '"message-ttl" is long', 15],
        ['vhost "v": queue "a "b""', 'sets "x-message-ttl" by argument', 15],
        ['vhost "v": queue "a "b""', '"target-group-size" is long', 16],
        ['vhost "v": queue "a "b""', 'lacks "x-expires"', 13],
        ['vhost "v": policy "p"', 'sets "expires"', 21],
        ['vhost "v": operator policy "p"', 'sets "max-length"', 24],
    ])("is that of the setting that it names: %s %s", (place, message, line) => {
        expect(lineOf(place, message)).toBe(line);
    });

    it("is missing if no object has the finding's place, but the file is known", () => {
        expect(locate({ rule: "r", severity: "note", place: "broker", message: "", fix: "" })).toEqual({
            file: "f.json",
        });
    });

    it("is that of the input problem", () => {
        const { problems } = parseTopology(text);
        expect(problems.map((each) => [each.rule, locate(inputFinding(each))?.line])).toEqual([
            ["floatValue", 15],
        ]);
    });

    it("is known for every finding about an object of a snapshot", () => {
        const topology = sampleTopology("4.3");
        const broken = { ...topology, queues: topology.queues.map((each) => ({ ...each, durable: false })) };
        const found = locatorOf(renderSnapshot("dev", broken));
        const placed = check(broken).filter(({ place }) => place.startsWith('vhost "spot": '));
        expect(placed.length).toBeGreaterThan(0);
        expect(placed.filter((each) => found(each)?.line === undefined)).toEqual([]);
    });
});
