# Fails in a CMake that is too old for CMakeLists.txt.
cmake_minimum_required(VERSION 3.20)
