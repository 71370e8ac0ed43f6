# Run by cpack over the files of the Debian package before it packs them: policy wants manuals and changelogs
# compressed, without the time of day in them.
set(usr ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr)
file(GLOB texts ${usr}/share/man/man*/* ${usr}/share/doc/vxtap/changelog* ${usr}/share/doc/vxtap/README.md)
execute_process(COMMAND gzip -9nf ${texts} COMMAND_ERROR_IS_FATAL ANY)
