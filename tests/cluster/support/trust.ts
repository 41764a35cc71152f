import { getCACertificates, setDefaultCACertificates } from "node:tls";

/** Lets this process trust a certificate authority, as PEM. `fetch` has no other way. */
export function trustAuthority(certificate: string): void {
    setDefaultCACertificates([...getCACertificates("default"), certificate]);
}
