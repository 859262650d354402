/** Exit codes, as in README. Hosts only tell zero from the rest; people and scripts can use more. */
export const EXIT = { done: 0, findings: 1, usage: 2, defect: 70 } as const
