/** The application that broker and services are a part of: labels and selectors of Kubernetes name it. */
export const partOf = "spot-platform";

/** The user with which the program declares on a broker of its own. */
export const administrator = "spot-admin";
