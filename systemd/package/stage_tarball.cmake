# Run by cpack over the files of the tarball before it packs them: every library that is not glibc's comes along in
# lib/vxtap, where the programs look before they look anywhere else.
#
# Nothing is linked statically. Debian has no archives of libspdlog, libtins, libprometheus-cpp and libsystemd; the
# first three are C++ and need the shared libstdc++, and a second, static one in the same process would be unsound.
# So the programs are those of the Debian package.
set(root ${CPACK_TEMPORARY_INSTALL_DIRECTORY})
set(programs ${root}/sbin/vxtapd ${root}/bin/vxtapctl)

file(GET_RUNTIME_DEPENDENCIES
  EXECUTABLES ${programs}
  RESOLVED_DEPENDENCIES_VAR libraries
  PRE_EXCLUDE_REGEXES "^ld-linux" "^lib(c|m|dl|rt|pthread|resolv)\\.so")
foreach(library ${libraries})
  get_filename_component(name ${library} NAME)
  file(REAL_PATH ${library} file)
  configure_file(${file} ${root}/lib/vxtap/${name} COPYONLY)

  # Under whose terms. dpkg knows the file with /usr or without.
  string(REGEX REPLACE "^(/usr)?/" "*/" pattern ${library})
  execute_process(COMMAND dpkg-query --search ${pattern} OUTPUT_VARIABLE found COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX MATCH "^[^:\n]+" package "${found}")
  configure_file(/usr/share/doc/${package}/copyright ${root}/share/doc/vxtap/licenses/${package} COPYONLY)
endforeach()

# DT_RPATH, which serves for the libraries' own libraries too; DT_RUNPATH would not.
execute_process(COMMAND patchelf --force-rpath --set-rpath "$ORIGIN/../lib/vxtap" ${programs}
  COMMAND_ERROR_IS_FATAL ANY)
