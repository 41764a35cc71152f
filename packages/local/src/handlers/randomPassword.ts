import { localHandler } from "../handler.ts";
import { randomText, randomTextInputs } from "./randomText.ts";

/** The output `bcryptHash` is missing, because no other handler uses it. */
export const randomPassword = localHandler({
    type: "random:index/randomPassword:RandomPassword",
    noun: "random password",
    inputs: randomTextInputs,
    create: (inputs) => ({ id: "none", state: { result: randomText(inputs) }, secrets: ["result"] }),
});
