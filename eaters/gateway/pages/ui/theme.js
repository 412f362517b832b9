/* SPDX-License-Identifier: MIT */
/*
 * Light, dark, or as the system has it, and the colours that the stylesheet
 * gives to those who draw on a canvas.
 */

const KEY = "netdumplings.theme";
const THEMES = ["auto", "light", "dark"];
const SIGNS = { auto: "\u25d1", light: "\u2600", dark: "\u263e" };
const NAMES = { auto: "as the system", light: "light", dark: "dark" };

const known = new Map();
const listeners = new Set();

function stored()
{
	try {
		return localStorage.getItem(KEY) ?? "auto";
	} catch {
		return "auto";
	}
}

function store(theme)
{
	try {
		localStorage.setItem(KEY, theme);
	} catch {
		/* Then it is kept for as long as the page is. */
	}
}

function changed()
{
	known.clear();
	for (const listener of listeners)
		listener();
}

/* What the custom property of this name is now, as "rgb(1, 2, 3)". */
export function colour(name)
{
	let value = known.get(name);

	if (!value) {
		const probe = document.createElement("span");

		probe.style.color = "var(--" + name + ")";
		probe.hidden = true;
		document.body.append(probe);
		value = getComputedStyle(probe).color;
		probe.remove();
		known.set(name, value);
	}
	return value;
}

/* Calls back when colours change. Returns what ends that. */
export function onColours(listener)
{
	listeners.add(listener);
	return () => listeners.delete(listener);
}

/* Whether somebody would rather not see things move. */
export const still = matchMedia("(prefers-reduced-motion: reduce)");

/* Makes a button go from one theme to the next. */
export function themeButton(button)
{
	let theme = THEMES.includes(stored()) ? stored() : "auto";
	const apply = () => {
		if (theme === "auto")
			delete document.documentElement.dataset.theme;
		else
			document.documentElement.dataset.theme = theme;
		button.textContent = SIGNS[theme];
		button.title = "Colours: " + NAMES[theme];
		button.setAttribute("aria-label", button.title);
		changed();
	};

	button.addEventListener("click", () => {
		theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
		store(theme);
		apply();
	});
	matchMedia("(prefers-color-scheme: dark)")
		.addEventListener("change", changed);
	apply();
}
