import * as pulumi from "@pulumi/pulumi";
import { UserError } from "@spot-messaging/topology";
import { expect, it } from "vitest";

class Unreachable extends UserError {
    override readonly name = "Unreachable";
}

const message = "the broker does not answer; start it";

it.each([
    ["the base class", () => new UserError(message)],
    ["a class of a package", () => new Unreachable(message, { cause: new Error("no connection") })],
])("keeps its message when an input waits for the failed value: %s", async (_, make) => {
    const error = make();
    const inputs = { user: Promise.reject<string>(error) };
    await expect(pulumi.runtime.serializeProperties("resource", inputs)).rejects.toBe(error);
    expect(error.message).toBe(message);
    expect(String(error)).toBe(`${error.name}: ${message}`);
    const other = new Error(message);
    const prefixed = pulumi.runtime.serializeProperties("resource", { user: Promise.reject<string>(other) });
    await expect(prefixed).rejects.toThrow(`error serializing property "user": ${message}`);
});
