import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { BrokerUnreachable } from "@spot-messaging/management";
import { describe, expect, it } from "vitest";
import { amqpFault } from "../../src/amqp/amqpFault.ts";

const lib = join(dirname(createRequire(import.meta.url).resolve("amqplib")), "lib");

/** What is a mistake of the caller, or the broker's answer to one message. */
const others =
    /message nacked|SASL mechanism|go through secure|channels left|no room for a body|Flow not implemented/u;

/** The texts of the errors that the client makes itself, as its source has them. */
const texts = ["connection.js", "channel.js"].flatMap((file) =>
    [...readFileSync(join(lib, file), "utf8").matchAll(/new Error\(\s*(?:fmt\(\s*)?(['"])(.+?)\1/gsu)].map(
        ([, , text = ""]) => text,
    ),
);

describe("an error of the AMQP client", () => {
    const lost = texts.filter((text) => !others.test(text));

    it("is known by its texts", () => {
        expect(lost).toContain("Channel ended, no reply will be forthcoming");
        expect(lost.length).toBeGreaterThan(10);
    });

    it.each(lost)("is a broker that does not answer: %s", (text) => {
        expect(amqpFault(new Error(text), "amqp://broker")).toBeInstanceOf(BrokerUnreachable);
    });

    it.each([
        [
            404,
            "NOT_FOUND - no queue 'orders' in vhost 'shop'",
            "check the names, and that the topology is applied",
        ],
        [403, "ACCESS_REFUSED - read access refused", "check the permissions of the user"],
        [
            405,
            "RESOURCE_LOCKED - cannot obtain exclusive access",
            "another connection uses the queue exclusively",
        ],
    ])("is a refusal with a way out: %i", (code, reason, wayOut) => {
        const error = new Error(
            `Channel closed by server: ${code} (${reason.split(" ")[0]}) with message "${reason}"`,
        );
        expect(amqpFault(error, "amqp://broker").message).toContain(wayOut);
    });

    it("stays as it is if it is a defect", () => {
        const defect = new TypeError("undefined is not a function");
        expect(amqpFault(defect, "amqp://broker")).toBe(defect);
    });
});
