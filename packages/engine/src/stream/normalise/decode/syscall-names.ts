/**
 * Names of system calls that rules and analysts ask for, by the `arch` of audit records. auditd writes the name itself only
 * when its log is enriched (`SYSCALL=execve`). Absent numbers stay numbers.
 */

const X86_64 = table(
  `read:0 open:2 mmap:9 mprotect:10 ioctl:16 socket:41 connect:42 accept:43 sendto:44 recvfrom:45 bind:49 listen:50
   clone:56 fork:57 vfork:58 execve:59 kill:62 truncate:76 ftruncate:77 chdir:80 rename:82 mkdir:83 rmdir:84
   creat:85 link:86 unlink:87 symlink:88 chmod:90 fchmod:91 chown:92 fchown:93 lchown:94 sysinfo:99 ptrace:101
   syslog:103 setuid:105 setgid:106 setreuid:113 setregid:114 setgroups:116 setresuid:117 setresgid:119 mknod:133
   personality:135 pivot_root:155 prctl:157 settimeofday:164 mount:165 umount2:166 swapon:167 reboot:169
   sethostname:170 setdomainname:171 init_module:175 delete_module:176 setxattr:188 removexattr:197 tkill:200
   clock_settime:227 openat:257 mkdirat:258 mknodat:259 fchownat:260 unlinkat:263 renameat:264 linkat:265
   symlinkat:266 fchmodat:268 unshare:272 accept4:288 setns:308 process_vm_readv:310 process_vm_writev:311
   finit_module:313 renameat2:316 memfd_create:319 kexec_file_load:320 bpf:321 execveat:322 io_uring_setup:425
   openat2:437`,
);
const AARCH64 = table(
  `mknodat:33 mkdirat:34 unlinkat:35 symlinkat:36 linkat:37 renameat:38 umount2:39 mount:40 pivot_root:41
   truncate:45 ftruncate:46 chdir:49 fchmod:52 fchmodat:53 fchownat:54 fchown:55 openat:56 personality:92
   unshare:97 kexec_load:104 init_module:105 delete_module:106 clock_settime:112 syslog:116 ptrace:117 kill:129
   tkill:130 reboot:142 setregid:143 setgid:144 setreuid:145 setuid:146 setresuid:147 setresgid:149 setgroups:159
   sethostname:161 setdomainname:162 prctl:167 settimeofday:170 sysinfo:179 socket:198 bind:200 listen:201
   accept:202 connect:203 sendto:206 recvfrom:207 clone:220 execve:221 mmap:222 mprotect:226 accept4:242 setns:268
   process_vm_readv:270 process_vm_writev:271 finit_module:273 renameat2:276 memfd_create:279 bpf:280 execveat:281
   kexec_file_load:294 io_uring_setup:425 openat2:437`,
);
/** AUDIT_ARCH_X86_64, AUDIT_ARCH_AARCH64. */
const BY_ARCH: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  ["c000003e", X86_64],
  ["c00000b7", AARCH64],
]);

export function syscallName(arch: string, number: string): string | undefined {
  return BY_ARCH.get(arch)?.get(number);
}

function table(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(/\s+/).map((entry) => {
      const [name = "", number = ""] = entry.split(":");
      return [number, name];
    }),
  );
}
