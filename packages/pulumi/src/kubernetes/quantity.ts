import { type Bytes, formatBytes } from "@spot-messaging/topology";

/** A size as Kubernetes writes it: `4Gi`, `512Mi`. */
export function formatQuantity(size: Bytes): string {
    const [amount = "", unit = ""] = formatBytes(size).split(" ");
    return amount + unit.replace(/B$/, "");
}
