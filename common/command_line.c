/* SPDX-License-Identifier: MIT */
#include "command_line.h"

#include "version.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define WHY_SIZE 256

/* What every program has. */
struct own {
	const char *config;
	bool help, version, man;
};

static const struct nd_option own_options[] = {
	{"config", ND_OPTION_STR, offsetof(struct own, config), NULL,
	 "Read options from this file first, as lines of \"name = value\".",
	 .metavar = "FILE"},
	{"version", ND_OPTION_FLAG, offsetof(struct own, version), NULL,
	 "Show the version and exit.", NULL, 'v'},
	{"help", ND_OPTION_FLAG, offsetof(struct own, help), NULL,
	 "Show this message and exit.", NULL, 'h'},
	{"man", ND_OPTION_FLAG, offsetof(struct own, man), NULL,
	 "Show the manual page's source and exit."},
	{0},
};

/* Everything that parsing one command line needs. */
struct parse {
	const struct command_line *c;
	void *settings;
	struct own own;
	struct nd_list *operands;
	char why[WHY_SIZE];
};

/* --- help ---------------------------------------------------------------- */

static bool is_switch(const struct nd_option *o)
{
	return o->type == ND_OPTION_BOOL || o->type == ND_OPTION_FLAG;
}

static const char *metavar(const struct nd_option *o)
{
	static const char *const by_type[] = {
		[ND_OPTION_BOOL] = "",         [ND_OPTION_UINT] = "N",
		[ND_OPTION_DOUBLE] = "NUMBER", [ND_OPTION_SIZE] = "BYTES",
		[ND_OPTION_STR] = "TEXT",      [ND_OPTION_LIST] = "TEXT",
		[ND_OPTION_FLAG] = "",
	};

	return o->metavar ? o->metavar : by_type[o->type];
}

/* Prints text in lines of up to 79 columns, indented. */
static void wrap(const char *text, int indent, int column, FILE *to)
{
	while (*text) {
		int len = (int)strcspn(text, " \n");

		if (column + len + 1 > 79 && column > indent) {
			fprintf(to, "\n%*s", indent, "");
			column = indent;
		}
		if (column > indent) {
			fputc(' ', to);
			column++;
		}
		fwrite(text, 1, (size_t)len, to);
		column += len;
		text += len;
		if (*text == '\n' && text[1] == '\n') {
			fprintf(to, "\n\n%*s", indent, "");
			column = indent;
		}
		text += strspn(text, " \n");
	}
	fputc('\n', to);
}

/* The option as it is typed, such as "-f, --filter PCAP_FILTER". */
static void option_head(const struct nd_option *o, bool letters, char *out,
			size_t size)
{
	char flag[8] = "";

	if (o->short_name && letters)
		snprintf(flag, sizeof(flag), "-%c, ", o->short_name);
	if (o->type == ND_OPTION_BOOL)
		snprintf(out, size, "%s--%s / --no-%s", flag, o->name, o->name);
	else
		snprintf(out, size, "%s--%s%s%s", flag, o->name,
			 is_switch(o) ? "" : " ", metavar(o));
}

/* The default as help shows it; "" for none. */
static void option_default(const struct nd_option *o, bool of_chef, char *out,
			   size_t size)
{
	out[0] = '\0';
	if (!o->def || !*o->def || o->type == ND_OPTION_FLAG)
		return;
	if (o->type == ND_OPTION_BOOL && !of_chef)
		snprintf(out, size, " [default: %s%s]",
			 strcmp(o->def, "yes") == 0 ? "" : "no-", o->name);
	else
		snprintf(out, size, " [default: %s]", o->def);
}

static void print_option(const char *head, const struct nd_option *o,
			 bool of_chef, FILE *to)
{
	char text[1024], def[160];
	int column;

	option_default(o, of_chef, def, sizeof(def));
	snprintf(text, sizeof(text), "%s%s", o->help, def);
	column = fprintf(to, "  %s", head);
	if (column > 29)
		fprintf(to, "\n%*s", 30, "");
	else
		fprintf(to, "%*s", 30 - column, "");
	wrap(text, 30, 30, to);
}

static void print_program_options(const struct nd_option *options, bool letters,
				  FILE *to)
{
	char head[128];

	for (const struct nd_option *o = options; o->name; o++) {
		option_head(o, letters, head, sizeof(head));
		print_option(head, o, false, to);
	}
}

/* As in --chef NAME:option=value. */
static void chef_option_head(const struct nd_option *o, char *out, size_t size)
{
	snprintf(out, size, "%s=%s", o->name,
		 is_switch(o) ? "yes|no" : metavar(o));
}

void command_line_print_options(const struct nd_option *options, FILE *to)
{
	char head[128];

	for (const struct nd_option *o = options; o && o->name; o++) {
		chef_option_head(o, head, sizeof(head));
		print_option(head, o, true, to);
	}
}

static void print_help(const struct command_line *c)
{
	printf("Usage: %s [OPTIONS]%s%s\n\n  ", c->name, c->operands ? " " : "",
	       c->operands ? c->operands : "");
	wrap(c->description, 2, 2, stdout);
	printf("\nOptions:\n");
	print_program_options(c->options, true, stdout);
	print_program_options(own_options, c->short_help, stdout);
}

/* Text for roff: hyphens stay hyphens, backslashes are shown. */
void command_line_man_text(const char *text)
{
	for (; *text; text++) {
		if (*text == '-' || *text == '\\')
			printf(*text == '-' ? "\\-" : "\\e");
		else if (*text == '\n' && text[1] == '\n')
			printf("\n.PP"), text += strspn(text, "\n") - 1,
				putchar('\n');
		else
			putchar(*text);
	}
}

static void man_option(const char *head, const struct nd_option *o,
		       bool of_chef)
{
	char def[160];

	option_default(o, of_chef, def, sizeof(def));
	printf(".TP\n.B ");
	command_line_man_text(head);
	putchar('\n');
	command_line_man_text(o->help);
	command_line_man_text(def);
	putchar('\n');
}

static void man_program_options(const struct nd_option *options, bool letters)
{
	char head[128];

	for (const struct nd_option *o = options; o->name; o++) {
		option_head(o, letters, head, sizeof(head));
		man_option(head, o, false);
	}
}

void command_line_man_options(const struct nd_option *options)
{
	char head[128];

	for (const struct nd_option *o = options; o && o->name; o++) {
		chef_option_head(o, head, sizeof(head));
		man_option(head, o, true);
	}
}

static void print_man(const struct command_line *c)
{
	printf(".TH %s 1 \"\" \"netdumplings %s\" \"User Commands\"\n", c->name,
	       VERSION);
	printf(".SH NAME\n%s \\- %s\n.SH SYNOPSIS\n.B %s\n[OPTIONS]", c->name,
	       c->summary, c->name);
	printf("%s%s\n.SH DESCRIPTION\n", c->operands ? " " : "",
	       c->operands ? c->operands : "");
	command_line_man_text(c->description);
	printf("\n.SH OPTIONS\n");
	man_program_options(c->options, true);
	man_program_options(own_options, c->short_help);
	printf("%s", c->notes ? c->notes : "");
	if (c->sections)
		c->sections();
	printf(".SH EXIT STATUS\n0 when all went well, 1 when something failed "
	       "or was not delivered,\n2 for a wrong option.\n");
	printf(".SH SEE ALSO\n.BR netdumplings (1),\n.BR nd\\-sniff (1),\n"
	       ".BR nd\\-hub (1),\n.BR nd\\-print (1),\n"
	       ".BR nd\\-gateway (1),\n.BR pcap\\-filter (7),\n"
	       ".BR tcpdump (8)\n");
}

/* --- parsing ------------------------------------------------------------- */

static int complain(struct parse *p, const char *what, const char *name)
{
	snprintf(p->why, WHY_SIZE, "%s%s", what, name);
	return -EINVAL;
}

/* The option and the struct that it fills in. */
static const struct nd_option *lookup(struct parse *p, const char *name,
				      size_t len, void **settings)
{
	const struct nd_option *o = option_find(p->c->options, name, len);

	*settings = o ? p->settings : &p->own;
	return o ? o : option_find(own_options, name, len);
}

static const struct nd_option *lookup_short(struct parse *p, char name,
					    void **settings)
{
	*settings = p->settings;
	for (const struct nd_option *o = p->c->options; o->name; o++)
		if (o->short_name == name)
			return o;
	*settings = &p->own;
	for (const struct nd_option *o = own_options; o->name; o++)
		if (o->short_name == name && p->c->short_help)
			return o;
	return NULL;
}

/* "--name", "--name=value", "--no-name", or "--name value". */
static int parse_long(struct parse *p, const char *arg, const char *next,
		      int *used)
{
	size_t len = strcspn(arg, "=");
	const char *value = arg[len] == '=' ? arg + len + 1 : NULL;
	void *settings;
	const struct nd_option *o = lookup(p, arg, len, &settings);

	if (!o && !value && strncmp(arg, "no-", 3) == 0) {
		o = lookup(p, arg + 3, len - 3, &settings);
		if (o && o->type != ND_OPTION_BOOL)
			o = NULL;
		value = "no";
	}
	if (!o) {
		snprintf(p->why, WHY_SIZE, "no such option: --%.*s", (int)len,
			 arg);
		return -EINVAL;
	}
	if (!value && is_switch(o)) {
		value = "yes";
	} else if (!value) {
		if (!next)
			return complain(p, "an argument is missing behind --",
					arg);
		value = next;
		*used = 2;
	}
	return option_set(o, settings, value, p->why, WHY_SIZE);
}

static int parse_short(struct parse *p, const char *arg, const char *next,
		       int *used)
{
	void *settings;

	for (; *arg; arg++) {
		const struct nd_option *o = lookup_short(p, *arg, &settings);
		char name[3] = {'-', *arg, '\0'};

		if (!o)
			return complain(p, "no such option: ", name);
		if (!is_switch(o)) {
			if (!arg[1] && !next)
				return complain(
					p, "an argument is missing behind ",
					name);
			*used = arg[1] ? 1 : 2;
			return option_set(o, settings, arg[1] ? arg + 1 : next,
					  p->why, WHY_SIZE);
		}
		if (option_set(o, settings, "yes", p->why, WHY_SIZE) < 0)
			return -EINVAL;
	}
	return 0;
}

static int parse_args(struct parse *p, int argc, char **argv)
{
	bool only_operands = false;

	for (int i = 1, used; i < argc; i += used) {
		const char *arg = argv[i];
		const char *next = i + 1 < argc ? argv[i + 1] : NULL;
		int rc = 0;

		used = 1;
		if (!only_operands && strcmp(arg, "--") == 0)
			only_operands = true;
		else if (!only_operands && strncmp(arg, "--", 2) == 0)
			rc = parse_long(p, arg + 2, next, &used);
		else if (!only_operands && arg[0] == '-' && arg[1])
			rc = parse_short(p, arg + 1, next, &used);
		else if (p->operands)
			rc = option_list_add(p->operands, arg);
		else
			rc = complain(p, "unexpected argument: ", arg);
		if (rc < 0)
			return rc;
	}
	return 0;
}

static char *trim(char *s)
{
	char *end;

	s += strspn(s, " \t");
	end = s + strlen(s);
	while (end > s && isspace((unsigned char)end[-1]))
		*--end = '\0';
	return s;
}

static int config_line(struct parse *p, char *line)
{
	char *value = strchr(line, '='), *name;
	const struct nd_option *o;

	name = trim(line);
	if (*name == '\0' || *name == '#')
		return 0;
	if (!value)
		return complain(p, "no '=' in the line: ", name);
	*value++ = '\0';
	name = trim(name);
	o = option_find(p->c->options, name, strlen(name));
	if (!o)
		return complain(p, "no such option: ", name);
	return option_set(o, p->settings, trim(value), p->why, WHY_SIZE);
}

static int read_config(struct parse *p, const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL, why[WHY_SIZE];
	size_t size = 0;
	unsigned number = 0;
	int rc = 0;

	if (!file) {
		snprintf(p->why, WHY_SIZE, "cannot open %s: %s", path,
			 strerror(errno));
		return -EINVAL;
	}
	while (rc == 0 && getline(&line, &size, file) >= 0) {
		number++;
		rc = config_line(p, line);
	}
	if (rc == 0 && ferror(file)) {
		snprintf(p->why, WHY_SIZE, "cannot read %s: %s", path,
			 strerror(errno));
		rc = -EINVAL;
	} else if (rc < 0) {
		memcpy(why, p->why, WHY_SIZE);
		snprintf(p->why, WHY_SIZE, "%.100s line %u: %.130s", path,
			 number, why);
	}
	free(line);
	fclose(file);
	return rc;
}

/* The config file comes before the command line that names it. */
static const char *find_config(int argc, char **argv)
{
	const char *found = NULL;

	for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
		if (strncmp(argv[i], "--config=", 9) == 0)
			found = argv[i] + 9;
		else if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
			found = argv[i + 1];
	}
	return found;
}

static enum command_line_outcome finish(struct parse *p, int rc)
{
	if (rc < 0) {
		fprintf(stderr, "%s: %s (see %s --help)\n", p->c->name, p->why,
			p->c->name);
		return COMMAND_LINE_WRONG;
	}
	if (p->own.help)
		print_help(p->c);
	else if (p->own.man)
		print_man(p->c);
	else if (p->own.version)
		printf("%s, version %s\n", p->c->name, VERSION);
	else
		return COMMAND_LINE_RUN;
	return COMMAND_LINE_DONE;
}

enum command_line_outcome command_line_parse(const struct command_line *c,
					     void *settings,
					     struct nd_list *operands, int argc,
					     char **argv)
{
	struct parse p = {.c = c, .settings = settings, .operands = operands};
	const char *config = find_config(argc, argv);
	enum command_line_outcome outcome;
	int rc;

	rc = option_defaults(c->options, settings, p.why, WHY_SIZE);
	if (rc == 0 && config)
		rc = read_config(&p, config);
	if (rc == 0)
		rc = parse_args(&p, argc, argv);
	outcome = finish(&p, rc);
	option_free(own_options, &p.own);
	return outcome;
}
