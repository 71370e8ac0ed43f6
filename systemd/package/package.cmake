# The Debian package and the tarball, by CPack: `cpack -G DEB` or `cpack -G TGZ` in a build directory packs the programs
# that it has, whatever they were built with; `./dev package` builds those that are to be given away.

set(package_files ${CMAKE_CURRENT_LIST_DIR})

# Components beside what `cmake --install` takes (which stays without units: they name /usr/sbin).
install(FILES systemd/vxtapd.service systemd/vxtapd@.service
  DESTINATION lib/systemd/system COMPONENT service EXCLUDE_FROM_ALL)
install(FILES systemd/sysusers.conf
  DESTINATION lib/sysusers.d RENAME vxtap.conf COMPONENT service EXCLUDE_FROM_ALL)
install(DIRECTORY config/examples
  DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/vxtap COMPONENT service EXCLUDE_FROM_ALL)
install(FILES README.md
  DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/vxtap COMPONENT service EXCLUDE_FROM_ALL)

install(FILES config/vxtapd.yaml DESTINATION /etc/vxtapd COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES ${package_files}/copyright
  DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/vxtap COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES ${package_files}/changelog
  DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/vxtap RENAME changelog.Debian COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES CHANGELOG.md
  DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/vxtap RENAME changelog COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES ${package_files}/lintian-overrides
  DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides RENAME vxtap COMPONENT debian EXCLUDE_FROM_ALL)

install(FILES ${package_files}/INSTALL LICENSE CHANGELOG.md DESTINATION . COMPONENT tarball EXCLUDE_FROM_ALL)
install(FILES config/vxtapd.yaml
  DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/vxtap/examples COMPONENT tarball EXCLUDE_FROM_ALL)

set(CPACK_GENERATOR DEB TGZ)
set(CPACK_PROJECT_CONFIG_FILE ${package_files}/generators.cmake)
set(CPACK_PACKAGE_NAME vxtap)
set(CPACK_PACKAGE_VENDOR vxtap)
set(CPACK_PACKAGE_CONTACT "vxtap maintainers <maintainers@vxtap.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "userspace VXLAN tunnel endpoint (VTEP) with a learning FDB")
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_VERBATIM_VARIABLES ON)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_RELEASE 1)
set(CPACK_DEBIAN_PACKAGE_SECTION net)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"vxtapd reads Ethernet frames from TAP interfaces, wraps them in UDP as
RFC 7348 says, unwraps what comes back, and learns which MAC address lives
behind which VTEP. It needs /dev/net/tun and CAP_NET_ADMIN, and no VXLAN in
the kernel.
.
vxtapctl shows what the daemon knows and why it dropped what it dropped,
explains the way of a frame step by step, captures with the reason beside
each packet, and changes the daemon while it runs.
.
The service is neither enabled nor started by installing it: its
configuration has to name this host's and its peers' addresses first.")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# For the user, as debhelper writes it.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "systemd | systemd-standalone-sysusers | systemd-sysusers")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "iproute2, tshark, prometheus")
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA
  ${package_files}/postinst ${package_files}/prerm ${package_files}/postrm ${package_files}/conffiles)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

include(CPack)
