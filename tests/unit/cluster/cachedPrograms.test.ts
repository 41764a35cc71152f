import { expect, it } from "vitest";
import { outdatedPrograms } from "../../support/cachedPrograms.ts";

const digest = "0123456789ab";

it.each([
    ["nothing where only the current one exists", [`kubelet-v2-${digest}`], []],
    ["not the previous one", [`kubelet-v2-${digest}`, `kubelet-v1-${digest}`], []],
    [
        "all but the newest of the previous ones",
        [`kubelet-v1-${digest}`, `kubelet-v2-${digest}`, `kubelet-v1-ba9876543210`, `kubelet-v0-${digest}`],
        [`kubelet-v1-ba9876543210`, `kubelet-v1-${digest}`],
    ],
    [
        "not the programs whose names begin alike",
        [`kubelet-v2-${digest}`, `kubelet-extra-v1-${digest}`, `kubelet-extra-v2-${digest}`, "kubelet-v1"],
        [],
    ],
    [
        "versions with hyphens",
        [
            `kubelet-v0.0.0-20260101000000-7aac2a2c5b7c-${digest}`,
            `kubelet-v0.0.0-rc.1-${digest}`,
            `kubelet-v2-${digest}`,
        ],
        [`kubelet-v0.0.0-20260101000000-7aac2a2c5b7c-${digest}`],
    ],
    [
        "programs without a version",
        [`kubelet-${digest}`, "kubelet-ba9876543210", `kubelet-v2-${digest}`],
        [`kubelet-${digest}`],
    ],
    ["neither folders of builds nor locks", ["go-build", "locks", `kubelet-v2-${digest}`], []],
])("removes %s", (_, names, outdated) => {
    const files = names.map((name, index) => ({ name, modified: index }));
    expect(outdatedPrograms(files, "kubelet", `kubelet-v2-${digest}`)).toEqual(outdated);
});
