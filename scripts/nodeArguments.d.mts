export const sourceCondition: string;
export const nodeArguments: readonly string[];
