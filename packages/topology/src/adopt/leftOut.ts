/** An object or a setting that stays as the broker has it, because no program or no provider can declare it. */
export interface LeftOut {
    readonly place: string;
    readonly message: string;
}
