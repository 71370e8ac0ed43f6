# What cpack reads for each generator, after the settings of package.cmake.

set(own_components service debian)
if(CPACK_GENERATOR STREQUAL "TGZ")
  set(own_components service tarball)
  string(TOLOWER ${CPACK_SYSTEM_NAME} system)
  execute_process(COMMAND uname -m OUTPUT_VARIABLE machine OUTPUT_STRIP_TRAILING_WHITESPACE)
  set(CPACK_PACKAGE_FILE_NAME vxtap-${CPACK_PACKAGE_VERSION}-${system}-${machine})
endif()

list(GET CPACK_INSTALL_CMAKE_PROJECTS 0 build_directory)
set(CPACK_INSTALL_CMAKE_PROJECTS ${build_directory} vxtap ALL /)
foreach(component ${own_components})
  list(APPEND CPACK_INSTALL_CMAKE_PROJECTS ${build_directory} vxtap ${component} /)
endforeach()

list(GET own_components 1 kind)
set(CPACK_PRE_BUILD_SCRIPTS ${CMAKE_CURRENT_LIST_DIR}/stage_${kind}.cmake)
