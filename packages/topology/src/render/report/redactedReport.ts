import { withoutNamedSecret } from "../../review/compare/secretField.ts";
import type { SettingChange } from "../../review/compare/settings/settingsDiff.ts";
import { settingLabel } from "../../review/compare/settings/settingText.ts";
import type { EnginePreview } from "../../review/engine/enginePreview.ts";
import type { Report, StackReport } from "../../review/report/report.ts";
import type { Review } from "../../review/report/review.ts";
import { isSecretEntry, redacted, redactText, redactValue } from "../../text/redaction.ts";

/**
 * Removes secrets from a report before it is shown. Topologies stay unchanged: only pictures show them, and `changedGraph` removes secrets
 * itself.
 */
export function redactedReport({ stacks, ...rest }: Report): Report {
    return { stacks: stacks.map(redactedStack), ...redactValue(rest) };
}

function redactedStack({ stack, before, after, live, review, engine, ...rest }: StackReport): StackReport {
    return {
        ...redactValue({ stack, ...rest }),
        before,
        after,
        review: redactedReview(review),
        ...(engine !== undefined && { engine: redactedPreview(engine) }),
        ...(live !== undefined && {
            live: {
                broker: redactText(live.broker),
                changes: new Map(
                    [...live.changes].map(([id, queues]) => [redactText(id), redactValue(queues)]),
                ),
            },
        }),
    };
}

function redactedReview({ changes, settings, ...others }: Review): Review {
    return {
        ...redactValue(others),
        changes: redactValue(
            changes.map((each) => ({ ...each, fields: each.fields.map(withoutNamedSecret) })),
        ),
        settings: redactValue(settings.map(withoutSecretSetting)),
    };
}

function redactedPreview({ unreviewed, ...rest }: EnginePreview): EnginePreview {
    return {
        ...redactValue(rest),
        ...(unreviewed !== undefined && {
            unreviewed: { before: unreviewed.before, review: redactedReview(unreviewed.review) },
        }),
    };
}

function withoutSecretSetting(change: SettingChange): SettingChange {
    return [change.before, change.after].some((value) => isSecretEntry(change.key, value))
        ? {
              ...change,
              ...(change.before !== undefined && { before: redacted }),
              ...(change.after !== undefined && { after: redacted }),
              text: `${settingLabel(change.key)} ${redacted} -> ${redacted}`,
          }
        : change;
}
