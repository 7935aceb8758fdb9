/* The least work that any tool has to do for a plan or a first apply, on one thread. It decides nothing.

     floor plan REPOSITORY REF STORE   all blobs of manifests/ with libgit2 (default options), libyaml's events over each,
                                       the sorted scan, and a merge of the two by organization that compares counts
     floor scan STORE                  the sorted scan: one joined query over the members of organizations and their
                                       workspaces, ordered by organization, workspace and email
     floor insert STORE NEW            the rows of STORE into a new file with the same tables, indexes and triggers, in
                                       one transaction with prepared statements and the settings of Tenure's writer

     cc -O2 floor.c -o floor $(pkg-config --cflags --libs libgit2 yaml-0.1 sqlite3)

   It ends with one line of counts, and with status 1 when something fails. */

#include <git2.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

static void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  fprintf(stderr, "floor: ");
  vfprintf(stderr, format, arguments);
  fprintf(stderr, "\n");
  exit(1);
}

/* What is known of an organization: its name, and how many people one side has for it. */
typedef struct {
  char *name;
  long people;
} Counted;

typedef struct {
  Counted *items;
  size_t count, room;
} List;

static Counted *append(List *list, const char *name) {
  if (list->count == list->room) {
    list->room = list->room ? 2 * list->room : 1024;
    list->items = realloc(list->items, list->room * sizeof *list->items);
    if (list->items == NULL) fail("out of memory");
  }
  list->items[list->count] = (Counted){strdup(name), 0};
  return &list->items[list->count++];
}

static int by_name(const void *a, const void *b) { return strcmp(((Counted *)a)->name, ((Counted *)b)->name); }

/* The store. */

static void check(sqlite3 *db, int code, const char *what) {
  if (code != SQLITE_OK && code != SQLITE_ROW && code != SQLITE_DONE) fail("%s: %s", what, sqlite3_errmsg(db));
}

static sqlite3 *open_store(const char *path, int flags) {
  sqlite3 *db;
  check(db, sqlite3_open_v2(path, &db, flags, NULL), path);
  return db;
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql) {
  sqlite3_stmt *statement;
  check(db, sqlite3_prepare_v2(db, sql, -1, &statement, NULL), sql);
  return statement;
}

static void execute(sqlite3 *db, const char *sql) { check(db, sqlite3_exec(db, sql, NULL, NULL, NULL), sql); }

/* CROSS JOIN keeps SQLite to this order of tables. Of the ways to write it that were tried, this is the fastest, also beside
   one that walks the names in order and sorts within each workspace. */
static const char *SORTED_SCAN =
    "SELECT t.name, '', a.email_key, m.role, m.expires_at, m.protect FROM tenants t"
    " CROSS JOIN tenant_members m ON m.tenant_id = t.id CROSS JOIN accounts a ON a.id = m.account_id"
    " WHERE t.account_id IS NULL "
    "UNION ALL SELECT t.name, w.name, a.email_key, m.role, m.expires_at, m.protect FROM tenants t"
    " CROSS JOIN workspaces w ON w.tenant_id = t.id CROSS JOIN workspace_members m ON m.workspace_id = w.id"
    " CROSS JOIN accounts a ON a.id = m.account_id WHERE t.account_id IS NULL ORDER BY 1, 2, 3";

static long scan(const char *path, List *organizations) {
  sqlite3 *db = open_store(path, SQLITE_OPEN_READONLY);
  sqlite3_stmt *rows = prepare(db, SORTED_SCAN);
  Counted *current = NULL;
  long total = 0, bytes = 0;
  int code;
  while ((code = sqlite3_step(rows)) == SQLITE_ROW) {
    const char *name = (const char *)sqlite3_column_text(rows, 0);
    if (current == NULL || strcmp(current->name, name) != 0) current = append(organizations, name);
    current->people += 1;
    total += 1;
    /* Every column is fetched, as whoever compares has to. */
    for (int column = 1; column <= 3; column++) {
      sqlite3_column_text(rows, column);
      bytes += sqlite3_column_bytes(rows, column);
    }
    bytes += sqlite3_column_int64(rows, 4) != 0;
    bytes += sqlite3_column_int(rows, 5);
  }
  check(db, code, path);
  sqlite3_finalize(rows);
  sqlite3_close(db);
  return bytes < 0 ? -1 : total;
}

/* The manifests. */

typedef struct {
  List organizations;
  long files, bytes, events;
} Manifests;

/* Counts the keys with an `@`, and takes the organization's name from the first document's `name`. */
static void read_events(const char *content, size_t size, Manifests *manifests) {
  yaml_parser_t parser;
  yaml_event_t event;
  Counted *organization = NULL;
  int depth = 0, is_name = 0;
  long people = 0;
  if (!yaml_parser_initialize(&parser)) fail("out of memory");
  yaml_parser_set_input_string(&parser, (const unsigned char *)content, size);
  for (yaml_event_type_t type = YAML_NO_EVENT; type != YAML_STREAM_END_EVENT; yaml_event_delete(&event)) {
    if (!yaml_parser_parse(&parser, &event)) fail("YAML: %s", parser.problem);
    type = event.type;
    manifests->events += 1;
    if (type == YAML_MAPPING_START_EVENT || type == YAML_SEQUENCE_START_EVENT) depth += 1;
    if (type == YAML_MAPPING_END_EVENT || type == YAML_SEQUENCE_END_EVENT) depth -= 1;
    if (type != YAML_SCALAR_EVENT) continue;
    const char *text = (const char *)event.data.scalar.value;
    if (memchr(text, '@', event.data.scalar.length) != NULL) people += 1;
    if (depth != 1) continue;
    if (is_name && organization == NULL) organization = append(&manifests->organizations, text);
    is_name = strcmp(text, "name") == 0;
  }
  yaml_parser_delete(&parser);
  if (organization != NULL) organization->people = people;
}

static void check_git(int code, const char *what) {
  if (code < 0) fail("%s: %s", what, git_error_last() ? git_error_last()->message : "unknown");
}

static git_repository *repository;

static int read_blob(const char *root, const git_tree_entry *entry, void *payload) {
  Manifests *manifests = payload;
  git_blob *blob;
  (void)root;
  if (git_tree_entry_type(entry) != GIT_OBJECT_BLOB) return 0;
  check_git(git_blob_lookup(&blob, repository, git_tree_entry_id(entry)), git_tree_entry_name(entry));
  size_t size = git_blob_rawsize(blob);
  read_events(git_blob_rawcontent(blob), size, manifests);
  manifests->files += 1;
  manifests->bytes += size;
  git_blob_free(blob);
  return 0;
}

static void plan(const char *path, const char *ref, const char *store) {
  Manifests manifests = {0};
  List stored = {0};
  git_object *tree;
  char name[512];
  git_libgit2_init();
  check_git(git_repository_open(&repository, path), path);
  snprintf(name, sizeof name, "%s^{commit}:manifests", ref);
  check_git(git_revparse_single(&tree, repository, name), name);
  check_git(git_tree_walk((git_tree *)tree, GIT_TREEWALK_PRE, read_blob, &manifests), name);
  long rows = scan(store, &stored);

  qsort(manifests.organizations.items, manifests.organizations.count, sizeof(Counted), by_name);
  size_t a = 0, b = 0, both = 0, different = 0;
  while (a < manifests.organizations.count && b < stored.count) {
    int order = strcmp(manifests.organizations.items[a].name, stored.items[b].name);
    if (order == 0) {
      both += 1;
      different += manifests.organizations.items[a].people != stored.items[b].people;
    }
    a += order <= 0;
    b += order >= 0;
  }
  printf("%ld files, %ld bytes, %ld events; %ld rows; %zu organizations in both, %zu with another count\n",
         manifests.files, manifests.bytes, manifests.events, rows, both, different);
}

/* The first apply. */

/* Tables in an order that foreign keys and the rules' triggers accept. What an organization was applied with is set at
   the end, as Tenure does; until then the triggers that look it up have nothing to judge. */
static const char *TABLES[] = {"accounts",       "policies",          "tenants", "workspaces", "tenant_members",
                               "workspace_members", "baselines",      "audit",   "audit_head", "meta"};

static int among(const char *name, const char **names, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (strcmp(name, names[i]) == 0) return 1;
  return 0;
}

static long copy_table(sqlite3 *from, sqlite3 *to, const char *table) {
  static const char *LATER[] = {"applied_commit", "applied_at", "policy_digest"};
  int is_tenants = strcmp(table, "tenants") == 0;
  char sql[4096], marks[512] = "";
  snprintf(sql, sizeof sql, "SELECT * FROM %s", table);
  sqlite3_stmt *rows = prepare(from, sql);
  int columns = sqlite3_column_count(rows);
  for (int i = 0; i < columns; i++) strcat(marks, i ? ", ?" : "?");
  snprintf(sql, sizeof sql, "INSERT INTO %s VALUES (%s)", table, marks);
  sqlite3_stmt *insert = prepare(to, sql);
  long count = 0;
  int code;
  while ((code = sqlite3_step(rows)) == SQLITE_ROW) {
    for (int i = 0; i < columns; i++) {
      if (is_tenants && among(sqlite3_column_name(rows, i), LATER, 3)) sqlite3_bind_null(insert, i + 1);
      else sqlite3_bind_value(insert, i + 1, sqlite3_column_value(rows, i));
    }
    check(to, sqlite3_step(insert), table);
    sqlite3_reset(insert);
    count += 1;
  }
  check(from, code, table);
  sqlite3_finalize(rows);
  sqlite3_finalize(insert);
  return count;
}

static void finish_tenants(sqlite3 *from, sqlite3 *to) {
  sqlite3_stmt *rows = prepare(from, "SELECT id, applied_commit, applied_at, policy_digest FROM tenants"
                                     " WHERE applied_commit IS NOT NULL");
  sqlite3_stmt *update = prepare(to, "UPDATE tenants SET applied_commit = ?2, applied_at = ?3, policy_digest = ?4"
                                     " WHERE id = ?1");
  while (sqlite3_step(rows) == SQLITE_ROW) {
    for (int i = 0; i < 4; i++) sqlite3_bind_value(update, i + 1, sqlite3_column_value(rows, i));
    check(to, sqlite3_step(update), "tenants");
    sqlite3_reset(update);
  }
  sqlite3_finalize(rows);
  sqlite3_finalize(update);
}

static void insert(const char *store, const char *path) {
  sqlite3 *from = open_store(store, SQLITE_OPEN_READONLY);
  sqlite3 *to = open_store(path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_EXCLUSIVE);
  execute(to, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -65536;"
              "PRAGMA foreign_keys = ON");
  sqlite3_stmt *schema = prepare(from, "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'"
                                       " ORDER BY type <> 'table', type <> 'index', rowid");
  execute(to, "BEGIN");
  while (sqlite3_step(schema) == SQLITE_ROW) execute(to, (const char *)sqlite3_column_text(schema, 0));
  sqlite3_finalize(schema);
  long total = 0, memberships = 0;
  for (size_t i = 0; i < sizeof TABLES / sizeof *TABLES; i++) {
    long count = copy_table(from, to, TABLES[i]);
    if (strstr(TABLES[i], "_members") != NULL) memberships += count;
    total += count;
  }
  finish_tenants(from, to);
  execute(to, "COMMIT");
  sqlite3_close(from);
  check(to, sqlite3_close(to), path);
  printf("%ld rows, %ld of them members\n", total, memberships);
}

int main(int count, char **arguments) {
  const char *mode = count > 1 ? arguments[1] : "";
  if (strcmp(mode, "plan") == 0 && count == 5) plan(arguments[2], arguments[3], arguments[4]);
  else if (strcmp(mode, "scan") == 0 && count == 3) {
    List organizations = {0};
    long rows = scan(arguments[2], &organizations);
    printf("%ld rows of %zu organizations\n", rows, organizations.count);
  } else if (strcmp(mode, "insert") == 0 && count == 4) insert(arguments[2], arguments[3]);
  else fail("usage: floor plan REPOSITORY REF STORE | floor scan STORE | floor insert STORE NEW");
  return 0;
}
