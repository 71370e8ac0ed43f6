// Boost.JSON's function bodies: the library is used header-only, so one translation unit has to hold them.
#include <boost/json/src.hpp>
