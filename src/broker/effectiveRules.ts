import type { QueueType } from "../model/index.js";
import { queueSettings } from "./capabilities.js";
import { type Ineffective, sourceOf } from "./effectiveSetting.js";
import type { SettingsAboveDefaults } from "./settings.js";

/** What the broker makes of settings that need one another; changes both collections. */
export function applyDependencies(
    type: QueueType,
    settings: SettingsAboveDefaults,
    withoutEffect: Ineffective[],
): void {
    /** Takes a setting out of force: its default holds, if it has one. */
    const disable = (key: string, reason: string): void => {
        const setting = settings.get(key);
        if (setting === undefined || setting.origin === "default") {
            return;
        }
        const { origin, policy, value, overridden } = setting;
        const statement = { origin, value, ...(policy !== undefined && { policy }) };
        withoutEffect.push({ key, ...sourceOf(statement), reason });
        const fallback = queueSettings[key]?.default;
        if (fallback === undefined) {
            settings.delete(key);
        } else {
            settings.set({
                key,
                origin: "default",
                value: fallback,
                overridden: [statement, ...overridden],
            });
        }
    };

    if (type === "quorum" && settings.get("overflow")?.value === "reject-publish-dlx") {
        disable(
            "overflow",
            'only classic queues know "reject-publish-dlx"; a quorum queue drops its oldest message',
        );
    }
    if (typeof settings.get("dead-letter-exchange")?.value !== "string") {
        for (const key of ["dead-letter-routing-key", "dead-letter-strategy"]) {
            disable(key, "there is no dead-letter exchange");
        }
    }
    if (
        settings.get("dead-letter-strategy")?.value === "at-least-once" &&
        settings.get("overflow")?.value !== "reject-publish"
    ) {
        disable(
            "dead-letter-strategy",
            'at-least-once needs overflow "reject-publish"; the broker falls back to at-most-once',
        );
    }
    if (settings.get("delayed-retry-min") === undefined) {
        disable("delayed-retry-type", "there is no delayed-retry-min");
    }
    if ((settings.get("delayed-retry-type")?.value ?? "disabled") === "disabled") {
        for (const key of ["delayed-retry-min", "delayed-retry-max"]) {
            disable(key, "delayed retry is disabled");
        }
    }
}
