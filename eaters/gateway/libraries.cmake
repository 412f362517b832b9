# Fetches what the pages draw with from npm, and copies it among them.
#
#	cmake -D NPM=... -D FROM=SOURCE -D WORK=FOLDER -D TO=PAGES -P libraries.cmake
#
# Without npm, or where that gets nothing, index.html is a plain page that says
# so, and the next build tries again.

set(files
	three/build/three.core.min.js
	three/build/three.module.min.js
	three/examples/jsm/controls/OrbitControls.js
	uplot/dist/uPlot.esm.js
	uplot/dist/uPlot.min.css)

# A page without the rest is what there is until the end of this.
file(COPY_FILE ${FROM}/without.html ${TO}/index.html)
if(NOT NPM)
	message(WARNING "There is no npm, so the gateway's pages are not built: "
		"install it and build again")
	return()
endif()
file(MAKE_DIRECTORY ${WORK})
file(COPY ${FROM}/package.json ${FROM}/package-lock.json DESTINATION ${WORK})
execute_process(COMMAND ${NPM} ci --no-audit --no-fund --ignore-scripts
	WORKING_DIRECTORY ${WORK} RESULT_VARIABLE failed
	OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(NOT failed EQUAL 0)
	message(WARNING "npm cannot fetch what the gateway's pages draw with, so "
		"they are not built; build again when it can:\n${said}")
	return()
endif()

# Browsers know no package by its name, but a file beside it.
foreach(file ${files})
	cmake_path(GET file FILENAME name)
	file(READ ${WORK}/node_modules/${file} text)
	string(REPLACE "from 'three'" "from './three.module.min.js'" text
		"${text}")
	file(WRITE ${TO}/lib/${name} "${text}")
endforeach()
foreach(library three uplot)
	file(COPY_FILE ${WORK}/node_modules/${library}/LICENSE
		${TO}/lib/${library}.licence.txt)
endforeach()
file(COPY ${FROM}/pages/index.html DESTINATION ${TO})
file(TOUCH ${STAMP})
