/** The application of broker and services, for Kubernetes labels and selectors. */
export const partOf = "spot-platform";

/** The administrator of a broker that the program creates. */
export const administrator = "spot-admin";
