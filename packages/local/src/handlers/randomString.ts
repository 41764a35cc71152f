import { localHandler } from "../handler.ts";
import { randomText, randomTextInputs } from "./randomText.ts";

export const randomString = localHandler({
    type: "random:index/randomString:RandomString",
    noun: "random string",
    inputs: randomTextInputs,
    create: (inputs) => {
        const result = randomText(inputs);
        return { id: result, state: { result } };
    },
});
