/* SPDX-License-Identifier: MIT */
/* How a table is sorted, kept in the page's address: "sort=mac.up". */

export class Sorting {
	/* key: the address's; usual: { key, down } where that says nothing. */
	constructor(address, usual, key = "sort")
	{
		Object.assign(this, { address, usual, key });
	}

	/* What a table of it is made with. */
	options()
	{
		return { sort: this.usual, onSort: (sort) => this.choose(sort) };
	}

	choose({ key, down })
	{
		const usual = key === this.usual.key && down === this.usual.down;

		this.address.set({ [this.key]: usual ? "" :
			key + (down ? "" : ".up") });
	}

	/* Has the table sorted as the address says; call it when that changes. */
	read(table)
	{
		const [key, way] = this.address.get(this.key).split(".");
		const known = table.columns.some(
			(column) => column.key === key && column.value);
		const sort = known ? { key, down: way !== "up" } : this.usual;

		if (sort.key !== table.sort.key || sort.down !== table.sort.down)
			table.setSort(sort);
	}
}
