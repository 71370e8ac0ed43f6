// Boost.JSON is header-only here: this is the one unit that holds its code.
#include <boost/json/src.hpp>
