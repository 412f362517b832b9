/* SPDX-License-Identifier: MIT */
/*
 * The page's address, "#/dns?find=example": which page is shown, and how. What
 * a page can be narrowed to is kept there, so that an address can be sent to
 * somebody, and "back" works.
 */

export class Address extends EventTarget {
	constructor()
	{
		super();
		this.read();
		addEventListener("hashchange", () => {
			const { page } = this;

			this.read();
			this.dispatchEvent(new Event(page === this.page ?
				"change" : "page"));
		});
	}

	read()
	{
		const [path, query] =
			location.hash.replace(/^#\/?/, "").split("?", 2);

		this.page = path;
		this.params = new URLSearchParams(query ?? "");
	}

	get(key, otherwise = "")
	{
		return this.params.get(key) ?? otherwise;
	}

	/*
	 * Sets some of the page's keys; those that are empty or null go. What
	 * is typed (`typing`) replaces the entry in the history.
	 */
	set(values, typing = false)
	{
		const params = new URLSearchParams(this.params);

		for (const [key, value] of Object.entries(values)) {
			if (value === null || value === "")
				params.delete(key);
			else
				params.set(key, value);
		}
		if (params.toString() === this.params.toString())
			return;
		const hash = Address.link(this.page, params);

		if (typing)
			history.replaceState(null, "", hash);
		else
			history.pushState(null, "", hash);
		this.read();
		this.dispatchEvent(new Event("change"));
	}

	/* What a link to a page of these keys has for its address. */
	static link(page, params = {})
	{
		const query = new URLSearchParams(params).toString();

		return "#/" + page + (query ? "?" + query : "");
	}
}
