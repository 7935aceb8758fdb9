#ifndef TENURE_CLIBGIT2_H
#define TENURE_CLIBGIT2_H

#include <git2.h>
#include <git2/sys/commit_graph.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>

/* A backend of an object database, with what its functions need to find. */
typedef struct {
  git_odb_backend backend;
  void *context;
} tenure_git_backend;

/* git_libgit2_opts is variadic, which Swift cannot call: one function for each option that is used. */

static inline int tenure_git_set_owner_validation(int enabled) {
  return git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, enabled);
}

static inline int tenure_git_enable_strict_hash_verification(int enabled) {
  return git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, enabled);
}

/* Extensions of the repository format that do not change how objects and references are read. */
static inline int tenure_git_accept_extensions(void) {
  const char *extensions[] = {"worktreeconfig", "partialclone", "preciousobjects", "relativeworktrees"};
  return git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, extensions, sizeof extensions / sizeof *extensions);
}

#endif
