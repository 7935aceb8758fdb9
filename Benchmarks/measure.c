/* Runs a command and writes what it cost, as one line of JSON.

     measure RESULT COMMAND [ARGUMENT…]

   Wall time from before the start to after the end; CPU time and peak memory from wait4; instructions in user space, of
   all threads and children, where the machine counts them, else null. This is a small program of its own because a process
   never shows less peak memory than the one had that started it. SIGTERM is handed on. */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pid_t child;

static void hand_on(int number) {
  if (child > 0) kill(child, number);
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static double seconds(struct timeval time) { return time.tv_sec + time.tv_usec / 1e6; }

/* Counts from the child's exec on. -1 where the machine or its administrator does not allow it. */
static int count_instructions(pid_t process) {
  struct perf_event_attr wanted = {
      .type = PERF_TYPE_HARDWARE,
      .size = sizeof wanted,
      .config = PERF_COUNT_HW_INSTRUCTIONS,
      .disabled = 1,
      .inherit = 1,
      .exclude_kernel = 1,
      .exclude_hv = 1,
      .enable_on_exec = 1,
  };
  return syscall(SYS_perf_event_open, &wanted, process, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

int main(int count, char **arguments) {
  int gate[2];
  if (count < 3) {
    fprintf(stderr, "usage: measure RESULT COMMAND [ARGUMENT...]\n");
    return 64;
  }
  signal(SIGTERM, hand_on);
  if (pipe2(gate, O_CLOEXEC) != 0) return 1;
  child = fork();
  if (child < 0) return 1;
  if (child == 0) {
    char go;
    close(gate[1]);
    signal(SIGTERM, SIG_DFL);
    if (read(gate[0], &go, 1) != 1) _exit(127);
    execvp(arguments[2], arguments + 2);
    fprintf(stderr, "measure: %s: %s\n", arguments[2], strerror(errno));
    _exit(127);
  }
  int counter = count_instructions(child), status;
  struct rusage used;
  double start = now();
  if (write(gate[1], "g", 1) != 1) return 1;
  while (wait4(child, &status, 0, &used) < 0)
    if (errno != EINTR) return 1;
  double wall = now() - start;

  FILE *result = fopen(arguments[1], "w");
  if (result == NULL) return 1;
  fprintf(result, "{\"wall\": %.6f, \"user\": %.6f, \"system\": %.6f, \"peak\": %ld, \"instructions\": ", wall,
          seconds(used.ru_utime), seconds(used.ru_stime), used.ru_maxrss * 1024);
  uint64_t instructions;
  if (counter >= 0 && read(counter, &instructions, sizeof instructions) == sizeof instructions)
    fprintf(result, "%llu}\n", (unsigned long long)instructions);
  else
    fprintf(result, "null}\n");
  fclose(result);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
