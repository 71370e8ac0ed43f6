#include "service/system_call_filter.hpp"

#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <memory>

#include "io/system_error.hpp"

namespace vxtap::service {
namespace {

/// By name: an architecture has those that it has. The packet path's are among them without conditions, so
/// that the kernel need not run the filter for them (Linux 5.11).
constexpr const char* kAllowed[] = {
    // Files: the configuration, /proc, /etc and the modules of nsswitch.conf(5); TAPs; the log.
    "read", "readv", "pread64", "write", "writev", "pwrite64", "open", "openat", "close", "close_range",
    "lseek", "_llseek", "stat", "lstat", "fstat", "newfstatat", "statx", "stat64", "lstat64", "fstat64",
    "fstatat64", "statfs", "statfs64", "fstatfs", "fstatfs64", "access", "faccessat", "faccessat2",
    "readlink", "readlinkat", "getdents", "getdents64", "getcwd", "dup", "dup2", "dup3", "fcntl", "fcntl64",
    "flock", "unlink", "unlinkat", "pipe", "pipe2",
    // The files in memory of handover/state_files.hpp.
    "ftruncate", "ftruncate64",
    // Sockets; socket() itself is below.
    "bind", "connect", "listen", "accept", "accept4", "shutdown", "getsockname", "getpeername", "getsockopt",
    "setsockopt", "send", "sendto", "sendmsg", "sendmmsg", "recv", "recvfrom", "recvmsg", "recvmmsg",
    "recvmmsg_time64",
    // Waiting.
    "poll", "ppoll", "ppoll_time64", "select", "pselect6", "pselect6_time64", "epoll_create", "epoll_create1",
    "epoll_ctl", "epoll_wait", "epoll_pwait", "epoll_pwait2", "eventfd2", "timerfd_create", "timerfd_settime",
    "timerfd_settime64", "timerfd_gettime", "timerfd_gettime64", "nanosleep", "clock_nanosleep",
    "clock_nanosleep_time64", "restart_syscall",
    // Time.
    "clock_gettime", "clock_gettime64", "clock_getres", "clock_getres_time64", "gettimeofday", "time",
    "times",
    // Memory; mmap() and mprotect() are below.
    "brk", "munmap", "mremap", "madvise", "membarrier",
    // Threads and signals; clone() is below.
    "futex", "futex_time64", "futex_waitv", "set_robust_list", "rseq", "set_tid_address", "set_thread_area",
    "set_tls", "arch_prctl", "gettid", "tgkill", "exit", "exit_group", "sched_yield", "sched_getaffinity",
    "rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "sigreturn", "rt_sigtimedwait", "sigaltstack",
    // What this process and this machine are.
    "getpid", "getppid", "getuid", "getuid32", "geteuid", "geteuid32", "getgid", "getgid32", "getegid",
    "getegid32", "getgroups", "getgroups32", "getresuid", "getresuid32", "getresgid", "getresgid32", "capget",
    "getrlimit", "ugetrlimit", "prlimit64", "getrusage", "getcpu", "uname", "sysinfo", "getrandom"};

constexpr int kFamilies[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};

constexpr std::uint64_t kControls[] = {
    TUNSETIFF,   TUNGETIFF,   TUNGETFEATURES, TUNSETVNETHDRSZ, TUNGETVNETHDRSZ, TUNSETOFFLOAD, TUNSETSNDBUF,
    TUNSETOWNER, TUNSETGROUP, TUNSETPERSIST,  TUNSETQUEUE,     SIOCGIFINDEX,    SIOCGIFNAME,   SIOCGIFFLAGS,
    FIONBIO,     FIONREAD,    FIOCLEX,        TCGETS};  // whether the log goes to a terminal

constexpr int kProcessControls[] = {PR_SET_NAME, PR_GET_NAME, PR_SET_TIMERSLACK};

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
/// The sanitizers' own: LeakSanitizer looks at the threads from a process that it makes and that traces them,
/// stacks and shadow are mapped as they like it, and they ask the kernel whether memory can be read.
constexpr const char* kForSanitizers[] = {"clone",   "ptrace",   "wait4",       "prctl",     "mmap",
                                          "mmap2",   "mprotect", "personality", "setrlimit", "msync",
                                          "mincore", "kill",     "getpgrp"};
#endif
#ifdef VXTAP_COVERAGE
/// gcov writes its counts at the end.
constexpr const char* kForCoverage[] = {"mkdir", "mkdirat", "umask"};
#endif

#ifdef __s390__
constexpr unsigned kCloneFlags = 1;  // clone(2): there the stack comes first
#else
constexpr unsigned kCloneFlags = 0;
#endif

/// Collects rules; after the first that libseccomp refuses nothing is done.
class Filter {
 public:
  /// `other`: what becomes of a call that no rule names.
  explicit Filter(std::uint32_t other) : context_(seccomp_init(other), seccomp_release) {
    if (context_ == nullptr) error_ = ENOMEM;
  }

  void allow(const char* name) { add(SCMP_ACT_ALLOW, name); }
  void allow(const char* name, const scmp_arg_cmp& condition) { add(SCMP_ACT_ALLOW, name, &condition); }
  void answer(const char* name, int error) { add(SCMP_ACT_ERRNO(static_cast<std::uint16_t>(error)), name); }

  /// For all threads. 0 or errno. `log`: in the audit log, what is not allowed.
  int load(bool log) {
    set(SCMP_FLTATR_CTL_TSYNC, 1);
    if (error_ != 0) return error_;
    // Older kernels do without: a line in the audit log, a tree instead of a list, and no mitigation against
    // code in this process that guesses at its memory (Linux before 5.16 else slows every packet down): there
    // is no foreign code.
    if (log) seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_LOG, 1);
    seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_SSB, 1);
    seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
    return -seccomp_load(context_.get());
  }

 private:
  std::unique_ptr<void, void (*)(scmp_filter_ctx)> context_;
  int error_ = 0;

  void set(scmp_filter_attr attribute, std::uint32_t value) {
    if (error_ == 0) error_ = -seccomp_attr_set(context_.get(), attribute, value);
  }
  void add(std::uint32_t action, const char* name, const scmp_arg_cmp* condition = nullptr) {
    const int number = seccomp_syscall_resolve_name(name);
    if (error_ != 0 || number == __NR_SCMP_ERROR) return;
    error_ = -seccomp_rule_add_array(context_.get(), action, number, condition == nullptr ? 0 : 1, condition);
  }
};

/// The kernel looks at 32 bits of these arguments, whatever the others are.
constexpr scmp_arg_cmp equals(unsigned argument, std::uint64_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, 0xFFFF'FFFF, value};
}
constexpr scmp_arg_cmp has(unsigned argument, std::uint64_t bits) {
  return {argument, SCMP_CMP_MASKED_EQ, bits, bits};
}
constexpr scmp_arg_cmp lacks(unsigned argument, std::uint64_t bits) {
  return {argument, SCMP_CMP_MASKED_EQ, bits, 0};
}

void add_conditional(Filter& filter) {
  for (const int family : kFamilies) {
    filter.allow("socket", equals(0, static_cast<std::uint64_t>(family)));
    filter.allow("socketpair", equals(0, static_cast<std::uint64_t>(family)));
  }
  for (const auto control : kControls) filter.allow("ioctl", equals(1, control));
  for (const int control : kProcessControls)
    filter.allow("prctl", equals(0, static_cast<std::uint64_t>(control)));
  for (const char* map : {"mmap", "mmap2"}) {
    filter.allow(map, lacks(2, PROT_EXEC));
    filter.allow(map, lacks(2, PROT_WRITE));  // code of a module
  }
  filter.allow("mprotect", lacks(2, PROT_EXEC));
  filter.allow("clone", has(kCloneFlags, CLONE_THREAD));  // threads, no processes
  filter.allow("clone3");                                 // never made, see hide_clone3()
}

void add_instrumentation([[maybe_unused]] Filter& filter) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  for (const char* name : kForSanitizers) filter.allow(name);
#endif
#ifdef VXTAP_COVERAGE
  for (const char* name : kForCoverage) filter.allow(name);
#endif
}

/// The flags of clone3() cannot be seen here, so glibc is told to take clone(). By a filter of its own: that
/// happens with each thread, and is no line for the audit log.
int hide_clone3() {
  Filter filter(SCMP_ACT_ALLOW);
  filter.answer("clone3", ENOSYS);
  return filter.load(false);
}

int allow_what_is_needed() {
  Filter filter(SCMP_ACT_ERRNO(EPERM));
  for (const char* name : kAllowed) filter.allow(name);
  add_conditional(filter);
  add_instrumentation(filter);
  return filter.load(true);
}

}  // namespace

std::string filter_system_calls() {
  int error = hide_clone3();
  if (error == 0) error = allow_what_is_needed();
  if (error == 0) return {};
  if (error == ENOSYS || error == EINVAL) return "this kernel has no seccomp filters";
  return "seccomp: " + io::error_text(error);
}

}  // namespace vxtap::service
