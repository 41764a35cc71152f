import { type ReportedFinding, renderJunit, toCodeQuality } from "@spot-messaging/topology/check";
import { describe, expect, it } from "vitest";

const finding: ReportedFinding["finding"] = {
    rule: "unboundedQueue",
    severity: "warning",
    place: 'vhost "shop": queue "orders"',
    message: "is unbounded",
    fix: "set maxLength",
};
const accepted: ReportedFinding = { finding, location: undefined, accepted: "drained every night" };
const absent: ReportedFinding = { finding, location: undefined, state: "absent" };
const placed: ReportedFinding = { finding, location: { file: "src/shop.ts", line: 12 } };

describe("findings for CI", () => {
    it("are issues of GitLab without the accepted and the absent ones", () => {
        const all = [accepted, absent, placed, { finding, location: undefined }];
        const locations = [
            { path: "src/shop.ts", lines: { begin: 12 } },
            { path: "topology", lines: { begin: 1 } },
        ];
        expect(toCodeQuality(all, (text) => text)).toEqual(
            locations.map((location) => ({
                description: 'vhost "shop": queue "orders": is unbounded; set maxLength',
                check_name: "unboundedQueue",
                fingerprint: '["unboundedQueue","vhost \\"shop\\": queue \\"orders\\"","is unbounded"]',
                severity: "minor",
                location,
            })),
        );
    });

    it("are tests, and the accepted ones are skipped tests", () => {
        expect(renderJunit([accepted, absent, placed])).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="2" failures="1" errors="0" skipped="1">
  <testsuite name="topology check" tests="2" failures="1" errors="0" skipped="1">
    <testcase classname="topology.unboundedQueue" name="vhost &quot;shop&quot;: queue &quot;orders&quot;: is unbounded">
      <skipped message="drained every night"/>
    </testcase>
    <testcase classname="topology.unboundedQueue" name="vhost &quot;shop&quot;: queue &quot;orders&quot;: is unbounded" file="src/shop.ts" line="12">
      <failure message="is unbounded; set maxLength" type="warning"/>
    </testcase>
  </testsuite>
</testsuites>
`);
    });
});
