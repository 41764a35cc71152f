import { type Bytes, formatBytes } from "@spot-messaging/topology";

/** A size in Kubernetes notation: `4Gi`, `512Mi`. */
export function formatQuantity(size: Bytes): string {
    const [amount = "", unit = ""] = formatBytes(size).split(" ");
    return amount + unit.replace(/B$/, "");
}
