/** What holds for every type. `table-row.ts` says what the columns mean. */
export const anyType = `
*  *  **.rbd.image  : a Ceph block device
`
