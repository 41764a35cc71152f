import { addExchange, addPolicy, addQueue, addUser, all } from "../edits.ts";
import { mutationsOf, spot } from "./mutation.ts";

const tooLong = "x".repeat(256);
const tooLongInBytes = "é".repeat(128);

export const nameMutations = [
    ...mutationsOf(
        [...spot, "shop"],
        [
            ["invalidName", "no name", addQueue("")],
            ["invalidName", "a name that is too long", addQueue(tooLong)],
            ["invalidName", "a name that is too long in bytes only", addQueue(tooLongInBytes)],
            ["invalidName", "the broker's own prefix", addExchange("amq.mine", "topic")],
            ["unportableName", "digits only", addQueue("2024")],
            ["unportableName", "an @", addUser("a@b")],
            ["unportableName", "a line break at the end", addQueue("a\n")],
            ["unportableName", "a space", addPolicy("a b", {})],
            [
                "unportableName",
                "a virtual host that is a slash",
                (topology) => ({ ...topology, vhosts: [...topology.vhosts, { name: "/" }] }),
            ],
            ["duplicateName", "a queue twice", all(addQueue("twin"), addQueue("twin", "classic"))],
            ["duplicateName", "a user twice", all(addUser("twin"), addUser("twin"))],
            ["namesDifferOnlyInCase", "two queues that look alike", all(addQueue("Twin"), addQueue("twin"))],
            [
                "namesDifferOnlyInCase",
                "two exchanges that look alike",
                all(addExchange("LOST2", "fanout"), addExchange("lost2", "fanout")),
            ],
        ],
    ),
    ...mutationsOf(
        ["orders", "telemetry", "plain"],
        [
            [
                "invalidName",
                "a queue with a generated name",
                addQueue("amq.gen-JzTY20BRgKO-HjmUJj0wLg", "classic"),
            ],
            ["invalidName", "a name that is too long", addQueue(tooLong)],
            ["unportableName", "a name with a slash", addQueue("a/b")],
            ["duplicateName", "a queue twice", all(addQueue("twin"), addQueue("twin"))],
            ["namesDifferOnlyInCase", "two queues that look alike", all(addQueue("Twin"), addQueue("twin"))],
        ],
    ),
];
