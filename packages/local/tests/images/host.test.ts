import { expect, it } from "vitest";
import { canInstallPackages, distributionOf, type Host } from "../../src/images/host.ts";

it.each([
    ['PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nID=debian\nVERSION_ID="13"\n', "debian"],
    ['ID="rocky"\nID_LIKE="rhel centos fedora"\n', "rocky"],
    ["NAME=Alpine\nVERSION_ID=3.22\n", undefined],
    ["", undefined],
])("finds the distribution in %j", (osRelease, distribution) => {
    expect(distributionOf(osRelease)).toBe(distribution);
});

it.each<[Host, boolean]>([
    [{ platform: "linux", distribution: "debian", isRoot: true }, true],
    [{ platform: "linux", distribution: "debian", isRoot: false }, false],
    [{ platform: "linux", distribution: "ubuntu", isRoot: true }, false],
    [{ platform: "darwin", isRoot: true }, false],
])("installs packages only as root on Debian: %o", (host, expected) => {
    expect(canInstallPackages(host)).toBe(expected);
});
